package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DecisionRequest;
import dev.lockstep.protocol.v1.DecisionResponse;
import dev.lockstep.protocol.v1.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code lockstep decide}: answers what a deployment asks because a frontend is away. */
@Command(
    name = "decide",
    mixinStandardHelpOptions = true,
    description = {
      "Answers what a deployment asks where a frontend is away and would not fit the new backend.",
      "The question is in the status and in the progress of the install."
    })
final class DecideCommand implements Callable<Integer> {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "ANSWER",
      converter = AnswerConverter.class,
      description =
          "proceed: go on without it, it catches up when it returns; wait: as long again; give-up:"
              + " what was changed goes back.")
  private Answer answer;

  @Option(
      names = "--job",
      paramLabel = "ID",
      defaultValue = "",
      description = "The deployment; the one that runs where not given.")
  private String job;

  /** How to go on. */
  enum Answer {
    /** Without it. */
    PROCEED,
    /** As long again. */
    WAIT,
    /** Not at all. */
    GIVE_UP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Reads an answer as it is written. */
  static final class AnswerConverter implements ITypeConverter<Answer> {
    @Override
    public Answer convert(String text) {
      return Stream.of(Answer.values())
          .filter(answer -> answer.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "no such answer; there are " + List.of(Answer.values())));
    }
  }

  @Override
  public Integer call() {
    return busOptions.withBus(this::decide).code();
  }

  private ExitCode decide(Bus bus) {
    DecisionRequest request =
        DecisionRequest.newBuilder()
            .setJobId(job)
            .setAction(
                switch (answer) {
                  case PROCEED -> DecisionRequest.Action.ACTION_PROCEED;
                  case WAIT -> DecisionRequest.Action.ACTION_WAIT;
                  case GIVE_UP -> DecisionRequest.Action.ACTION_GIVE_UP;
                })
            .setRequestedBy(Requester.name())
            .build();
    DecisionResponse response =
        Answers.await(
                bus.request(
                    Topics.DECISION_REQUEST,
                    request,
                    Topics.DECISION_RESPONSE,
                    RequestOptions.within(busOptions.deadline())))
            .payload();
    if (!response.getAccepted()) {
      System.err.println(MessageText.of(response.getError()));
      return response.getError().getCode() == ErrorCode.ERROR_CODE_DEPLOYMENT_NOTHING_ASKED
          ? ExitCode.NOT_FOUND
          : ExitCode.FAILED;
    }
    output.print(response, () -> "deployment " + response.getJobId() + ": " + answer);
    return ExitCode.OK;
  }
}
