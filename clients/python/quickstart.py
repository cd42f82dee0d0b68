"""A conversation in, the right lines of it out: Mnestic from Python over gRPC.

Start the services with `./mnestic up`, make the stubs with `clients/python/generate` (its head says what it needs),
then run `python3 quickstart.py [HOST:PORT]`.
"""

import pathlib
import sys
import uuid

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).parent / "generated"))

from mnestic.memory.v1 import memory_pb2 as memory
from mnestic.orchestrator.v1 import orchestrator_service_pb2 as api
from mnestic.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

NAMESPACE = "python-quickstart"


def main(target: str) -> None:
    with grpc.insecure_channel(target) as channel:
        mnestic = rpc.OrchestratorServiceStub(channel)
        session = f"chat-{uuid.uuid4()}"
        mnestic.CreateSession(
            api.CreateSessionRequest(namespace=NAMESPACE, session_id=session, create_namespace=True)
        )

        appended = mnestic.AppendTurns(
            api.AppendTurnsRequest(
                namespace=NAMESPACE,
                session_id=session,
                request_id=str(uuid.uuid4()),  # the same id again gives the same answer, not the turns twice
                turns=[
                    turn(memory.ROLE_USER, "Hanna", "My sister's cello teacher moved to Lisbon in March."),
                    turn(memory.ROLE_ASSISTANT, "", "That must be hard in the middle of the term."),
                    turn(memory.ROLE_USER, "Hanna", "It is. Anyway, I need a recipe for tonight, no mushrooms."),
                ],
            )
        )

        context = mnestic.AssembleContext(
            api.AssembleContextRequest(
                namespace=NAMESPACE,
                query="Where does the cello teacher live now?",
                system_prompt="Answer from the conversation.",
                budget_tokens=200,
                tokenizer="o200k_base",
                min_revision=appended.revision,  # read your own write
            )
        )

        for message in context.messages:
            print(f"{memory.Role.Name(message.role)[5:].lower():>9}: {message.content}")
        print(f"{context.total_tokens} of 200 tokens")
        for recalled in context.recalled:
            print(f"recalled {recalled.memory.value!r} because it {'; '.join(recalled.reasons)}")


def turn(role: int, speaker: str, content: str) -> api.NewTurn:
    return api.NewTurn(role=role, speaker=speaker, content=content)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7430")
    except grpc.RpcError as e:
        sys.exit(f"{e.code().name}: {e.details()}")
