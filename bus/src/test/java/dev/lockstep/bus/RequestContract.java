package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every bus promises about requests and their answers. */
public abstract class RequestContract extends BusFixture {
  @Test
  @Tag("R3")
  void request_withAnswer_getsItExactlyOnceAndCorrelated() throws Exception {
    FrameBus asking = connectedBus("cli", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    List<Received<CheckResponse>> allAnswers = new CopyOnWriteArrayList<>();
    AtomicInteger handled = new AtomicInteger();
    hub.subscribe(
        Topics.CHECK_REQUEST,
        request -> {
          handled.incrementAndGet();
          hub.reply(request, Topics.CHECK_RESPONSE, upToDate());
        });
    asking.subscribe(Topics.CHECK_RESPONSE, allAnswers::add);
    warmUp(asking, hub);

    Received<CheckResponse> answer =
        asking
            .request(
                Topics.CHECK_REQUEST,
                CheckRequest.getDefaultInstance(),
                Topics.CHECK_RESPONSE,
                RequestOptions.within(PATIENCE).as("job-7"))
            .get(30, TimeUnit.SECONDS);

    assertThat(answer.payload()).isEqualTo(upToDate());
    assertThat(answer.correlationId()).isEqualTo("job-7");
    assertThat(answer.attributes())
        .containsEntry(Attributes.REPLY_TO, Topics.CHECK_RESPONSE.name());
    assertThat(handled).hasValue(1);
    assertThat(allAnswers).hasSize(1);
  }

  @Test
  @Tag("R3")
  @Tag("R16")
  void request_sentAgainAfterItsAnswer_getsTheSameAnswerWithoutTheHandler() {
    FrameBus hub = connectedBus("hub", Role.HUB);
    FrameBus listener = connectedBus("listener", Role.OBSERVER);
    AtomicInteger handled = new AtomicInteger();
    hub.subscribe(
        Topics.CHECK_REQUEST,
        request -> {
          handled.incrementAndGet();
          hub.reply(request, Topics.CHECK_RESPONSE, upToDate());
        });
    List<Received<CheckResponse>> answers = new CopyOnWriteArrayList<>();
    listener.subscribe(Topics.CHECK_RESPONSE, answers::add);
    warmUp(hub, listener);
    warmUp(listener, hub);
    byte[] request =
        Envelopes.wrap(
                Topics.CHECK_REQUEST,
                CheckRequest.getDefaultInstance(),
                UUID.randomUUID().toString(),
                Instant.now(),
                "cli",
                Map.of(Attributes.CORRELATION_ID, "c"))
            .toByteArray();
    byte[] topic = Topics.CHECK_REQUEST.name().getBytes(StandardCharsets.UTF_8);

    sendRaw(topic, request);
    await().atMost(PATIENCE).until(() -> answers.size() == 1);
    sendRaw(topic, request);
    sendRaw(topic, request);

    // Both repetitions arrive, are recognized by their id, and reach no handler.
    await().atMost(PATIENCE).until(() -> listener.statistics().repeated() == 2);
    assertThat(handled).hasValue(1);
    assertThat(answers).hasSize(1);
  }

  @Test
  void request_withoutAnswer_failsAtItsDeadline() {
    FrameBus asking = connectedBus("cli", Role.OPERATOR);
    CompletableFuture<Received<CheckResponse>> answer =
        asking.request(
            Topics.CHECK_REQUEST,
            CheckRequest.getDefaultInstance(),
            Topics.CHECK_RESPONSE,
            RequestOptions.within(Duration.ofMillis(300)));

    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            BusException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ERROR_CODE_BUS_NO_ANSWER));
  }

  @Test
  void request_unanswered_isRepeatedWithTheSameIds() throws Exception {
    FrameBus asking = connectedBus("cli", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    AtomicInteger handled = new AtomicInteger();
    hub.subscribe(Topics.CHECK_REQUEST, request -> handled.incrementAndGet());
    warmUp(asking, hub);

    asking.request(
        Topics.CHECK_REQUEST,
        CheckRequest.getDefaultInstance(),
        Topics.CHECK_RESPONSE,
        new RequestOptions(PATIENCE, Duration.ofMillis(20), null));

    await().atMost(PATIENCE).until(() -> hub.statistics().repeated() >= 3);
    assertThat(handled).as("the handler sees each request once").hasValue(1);
  }

  @Test
  @Tag("R16")
  void request_whileTheBrokerIsDown_isAnsweredAfterItReturns() throws Exception {
    FrameBus asking = connectedBus("cli", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    AtomicInteger handled = new AtomicInteger();
    hub.subscribe(
        Topics.CHECK_REQUEST,
        request -> {
          handled.incrementAndGet();
          hub.reply(request, Topics.CHECK_RESPONSE, upToDate());
        });
    warmUp(asking, hub);

    stopBroker();
    CompletableFuture<Received<CheckResponse>> answer =
        asking.request(
            Topics.CHECK_REQUEST,
            CheckRequest.getDefaultInstance(),
            Topics.CHECK_RESPONSE,
            RequestOptions.within(Duration.ofSeconds(30)));
    assertThat(answer).isNotDone();
    startBroker();

    assertThat(answer.get(30, TimeUnit.SECONDS).payload()).isEqualTo(upToDate());
    assertThat(handled).hasValue(1);
  }
}
