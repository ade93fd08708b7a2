package io.liudan.integration;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.cxf.binding.soap.SoapFault;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * What went wrong on a wire, in a word that operators have a sentence for ({@code fault.<code>} in the bundles): never
 * the words of an exception, which may be those of a message or hold a secret.
 *
 * @param code for example {@code http-status}
 * @param detail of a limited vocabulary: a status, the class of an exception; {@code null} for nothing more
 */
record WireFault(String code, String detail) {

    /** Classes of SQL states: no connection came about, and the log-in was refused. */
    private static final String CONNECTION_STATE = "08";

    private static final String LOGIN_STATE = "28";

    /** The fault that the causes of a failure tell. */
    static WireFault of(Throwable failure) {
        List<Throwable> causes = Stream.iterate(
                        failure, cause -> cause != null, cause -> cause.getCause() == cause ? null : cause.getCause())
                .limit(20)
                .toList();
        return causes.stream()
                .map(WireFault::known)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElseGet(
                        () -> new WireFault("other", causes.getLast().getClass().getSimpleName()));
    }

    private static WireFault known(Throwable cause) {
        return switch (cause) {
            case RefusedByDepartment refused -> new WireFault("refused", refused.getMessage());
            case UnexpectedAnswer unexpected -> new WireFault(unexpected.code(), null);
            case HttpOperationFailedException http ->
                new WireFault("http-status", Integer.toString(http.getStatusCode()));
            case ExchangeLimits.TooMuch much -> new WireFault(much.code(), null);
            case Addresses.Refused refused -> new WireFault("address", null);
            case SocketTimeoutException timeout -> new WireFault("timeout", null);
            case TimeoutException timeout -> new WireFault("timeout", null);
            case UnknownHostException unknown -> new WireFault("unknown-host", null);
            case ConnectException unreachable -> new WireFault("unreachable", null);
            case NoRouteToHostException unreachable -> new WireFault("unreachable", null);
            case SSLException tls -> new WireFault("tls", null);
            case NoHttpResponseException closed -> new WireFault("closed", null);
            case ConnectionClosedException closed -> new WireFault("closed", null);
            case MalformedChunkCodingException broken -> new WireFault("closed", null);
            case HttpException garbage -> new WireFault("protocol", null);
            case EOFException closed -> new WireFault("closed", null);
            case SocketException closed -> new WireFault("closed", null);
            case SoapFault fault ->
                new WireFault("soap-fault", fault.getFaultCode().getLocalPart());
            case SQLException database ->
                database.getSQLState() == null
                        ? null
                        : database.getSQLState().startsWith(CONNECTION_STATE)
                                ? new WireFault("unreachable", null)
                                : database.getSQLState().startsWith(LOGIN_STATE)
                                        ? new WireFault("credentials", null)
                                        : new WireFault("database", database.getSQLState());
            default -> byMessage(cause);
        };
    }

    /** The SFTP library has one class for all, and says which by its words. */
    private static WireFault byMessage(Throwable cause) {
        String name = cause.getClass().getName();
        String message = String.valueOf(cause.getMessage());
        if (name.startsWith("com.jcraft.jsch") && message.contains("Auth fail")) {
            return new WireFault("credentials", null);
        }
        if (name.startsWith("com.jcraft.jsch") && message.contains("HostKey")) {
            return new WireFault("host-key", null);
        }
        return name.endsWith("ConnectTimeoutException") ? new WireFault("timeout", null) : null;
    }

    @Override
    public String toString() {
        return detail == null ? code : code + " " + detail;
    }
}
