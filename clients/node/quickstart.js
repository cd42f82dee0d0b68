// A conversation in, the right lines of it out: Mnestic from Node over gRPC, without generated code.
//
// Start the services with `./mnestic up`, then `npm install && node quickstart.js [HOST:PORT]` in this folder.

import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../proto/", import.meta.url));
const { mnestic } = grpc.loadPackageDefinition(
  loader.loadSync("mnestic/orchestrator/v1/orchestrator_service.proto", {
    // The second folder holds protovalidate's proto; the build (`./mnestic build`) puts it there.
    includeDirs: [`${root}src/main/protobuf`, `${root}target/buf/imports`],
    enums: String,
    longs: String,
    defaults: true,
    keepCase: true,
  }),
);

const client = new mnestic.orchestrator.v1.OrchestratorService(
  process.argv[2] ?? "127.0.0.1:7430",
  grpc.credentials.createInsecure(),
);
const call = (name) => promisify(client[name]).bind(client);

const namespace = "node-quickstart";
const session_id = `chat-${randomUUID()}`;
try {
  await call("CreateSession")({ namespace, session_id, create_namespace: true });
  const { revision } = await call("AppendTurns")({
    namespace,
    session_id,
    request_id: randomUUID(), // the same id again gives the same answer, not the turns twice
    turns: [
      { role: "ROLE_USER", speaker: "Hanna", content: "My sister's cello teacher moved to Lisbon in March." },
      { role: "ROLE_ASSISTANT", content: "That must be hard in the middle of the term." },
      { role: "ROLE_USER", speaker: "Hanna", content: "It is. Anyway, I need a recipe for tonight, no mushrooms." },
    ],
  });
  const context = await call("AssembleContext")({
    namespace,
    query: "Where does the cello teacher live now?",
    system_prompt: "Answer from the conversation.",
    budget_tokens: 200,
    tokenizer: "o200k_base",
    min_revision: revision, // read your own write
  });
  for (const { role, content } of context.messages) {
    console.log(`${role.slice(5).toLowerCase().padStart(9)}: ${content}`);
  }
  console.log(`${context.total_tokens} of 200 tokens`);
  for (const { memory, reasons } of context.recalled) {
    console.log(`recalled '${memory.value}' because it ${reasons.join("; ")}`);
  }
} catch (error) {
  console.error(`${grpc.status[error.code] ?? "ERROR"}: ${error.details ?? error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
