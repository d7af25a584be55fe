package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.server.AccessListener;
import dev.lockstep.repository.server.AccessLog;
import dev.lockstep.repository.server.RepositoryServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Serves a repository until the process is ended. */
@Command(
    name = "serve",
    description = "Serve a repository over HTTP; prints one line of JSON when it is ready.",
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_REPOSITORY:-repository}",
      description = "Folder of the repository (default: ${DEFAULT-VALUE}).")
  private Path repository;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port, 0 for a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--bind",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String bind;

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description = "Append a line of JSON per request: time, method, path, status, bytes.")
  private Path accessLog;

  @Override
  public Integer call() throws IOException {
    InetSocketAddress address = address();
    if (!Files.isDirectory(repository)) {
      throw new RepositoryException.NotFound(
          "serve " + repository, "there is no such folder", "make one with lockstep-repo init");
    }
    try (AccessLog log = accessLog == null ? null : openLog();
        RepositoryServer server =
            RepositoryServer.start(
                repository, address, log == null ? AccessListener.NONE : log, List.of())) {
      ObjectNode ready = JsonMapper.shared().createObjectNode();
      ready.put("event", "ready").put("port", server.port()).put("url", server.url().toString());
      PrintWriter out = spec.commandLine().getOut();
      out.println(ready);
      out.flush();
      // Until a signal ends the process.
      new CountDownLatch(1).await();
      return CommandLine.ExitCode.OK;
    } catch (InterruptedException ended) {
      return CommandLine.ExitCode.OK;
    }
  }

  private AccessLog openLog() {
    try {
      return new AccessLog(accessLog);
    } catch (IOException unwritable) {
      throw new RepositoryException.StateUnusable(
          "write " + accessLog, unwritable.toString(), "name another --access-log", unwritable);
    }
  }

  private InetSocketAddress address() {
    if (port < 0 || port > 65_535) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--port must be 0 to 65535, not " + port);
    }
    InetSocketAddress address = new InetSocketAddress(bind, port);
    if (address.isUnresolved()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--bind " + bind + " is not an address of this machine");
    }
    return address;
  }
}
