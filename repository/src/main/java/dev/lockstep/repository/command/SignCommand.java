package dev.lockstep.repository.command;

import dev.lockstep.repository.Draft;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.key.KeyFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs a draft where the keys are; needs no repository. */
@Command(
    name = "sign",
    description = "Sign a draft with the keys that are here; says what it changes.",
    mixinStandardHelpOptions = true)
public final class SignCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The draft; the signatures are added to it.")
  private Path file;

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_KEYS:-keys}",
      description = "Folder of the private keys (default: ${DEFAULT-VALUE}).")
  private Path keys;

  @Option(names = "--show", description = "Only say what it changes; sign nothing.")
  private boolean show;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Draft draft = Draft.read(file);
    draft.describe().forEach(out::println);
    if (show) {
      return CommandLine.ExitCode.OK;
    }
    KeyFolder folder = new KeyFolder(keys, new PromptedPassphrases(false));
    Draft signed = draft.signedBy(folder);
    if (signed.signatures() <= draft.signatures()) {
      throw new RepositoryException.KeyUnusable(
          "sign " + file,
          "no key in " + folder.folder() + " may sign it, or all of them have",
          "name the folder with the keys by --keys");
    }
    signed.writeTo(file);
    out.println("signed " + file);
    signed
        .missing()
        .forEach(
            (role, has) ->
                out.printf("%s has %d of %d signatures%n", role, has.valid(), has.threshold()));
    return CommandLine.ExitCode.OK;
  }
}
