package dev.koi.serve;

import dev.koi.serve.http.Answers;
import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers requests that Jetty refuses before a handler sees them, and those that failed. */
final class ErrorAnswers implements Request.Handler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String reason = HttpStatus.getMessage(status);
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    Answers.usualHeaders(response);
    Answers.error(
        response,
        callback,
        status,
        reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_"),
        status < 500 && message != null ? message.toString() : reason);
    return true;
  }
}
