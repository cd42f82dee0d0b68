package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListRecordsRequest;
import org.junit.jupiter.api.Test;

class PageTokenTest {
  private static final ListMemoriesRequest REQUEST =
      ListMemoriesRequest.newBuilder().setNamespace("user-1").build();

  @Test
  void givesTheKeyBack() {
    String token = PageToken.after(REQUEST, "记忆 42");

    assertThat(PageToken.lastKey(REQUEST, token)).isEqualTo("记忆 42");
  }

  @Test
  void firstPageHasNoToken() {
    assertThat(PageToken.lastKey(REQUEST, "")).isEmpty();
  }

  @Test
  void refusesATokenOfOtherArguments() {
    String token = PageToken.after(REQUEST, "m1");

    refused(REQUEST.toBuilder().setUnencoded(true).build(), token);
  }

  @Test
  void refusesATokenOfAnotherRpcWithTheSameBytes() {
    String token = PageToken.after(REQUEST, "m1");
    ListRecordsRequest other = ListRecordsRequest.newBuilder().setNamespace("user-1").build();
    assertThat(other.toByteArray()).isEqualTo(REQUEST.toByteArray());

    assertThatThrownBy(() -> PageToken.lastKey(other, token)).isInstanceOf(Refusal.class);
  }

  @Test
  void refusesWhatIsNotAToken() {
    refused(REQUEST, "not base64!");
    refused(REQUEST, "AAAA");
    String token = PageToken.after(REQUEST, "m1");
    refused(REQUEST, token.substring(0, token.length() - 1) + (token.endsWith("A") ? "Q" : "A"));
  }

  private static void refused(ListMemoriesRequest request, String token) {
    assertThatThrownBy(() -> PageToken.lastKey(request, token))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REASON_PAGE_TOKEN_INVALID));
  }
}
