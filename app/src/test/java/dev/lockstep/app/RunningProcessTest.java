package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RunningProcessTest {
  private static final long LONG_SECONDS = 60;

  @Test
  @Tag("R97")
  void fail_theFailureCannotEvenBeLogged_theProcessEnds() throws Exception {
    RunningProcess process = new RunningProcess();
    Error unspeakable =
        new Error() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new OutOfMemoryError("of a test");
          }
        };
    CompletableFuture<ExitCode> ended = CompletableFuture.supplyAsync(process::awaitEnd);

    assertThatThrownBy(() -> process.fail(unspeakable)).isInstanceOf(OutOfMemoryError.class);

    assertThat(ended.get(LONG_SECONDS, TimeUnit.SECONDS)).isEqualTo(ExitCode.FAILED);
  }
}
