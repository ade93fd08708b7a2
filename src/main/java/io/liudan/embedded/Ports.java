package io.liudan.embedded;

import io.liudan.problem.StartupProblem;
import java.io.IOException;
import java.net.ServerSocket;

/** Which TCP ports of this machine are free. */
final class Ports {

    private Ports() {}

    static boolean free(int port) {
        try (ServerSocket any = new ServerSocket(port)) {
            return any.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }

    /** @throws StartupProblem when the port is in use; 0 stands for "any" and is always free */
    static void requireFree(int port, String what, String setting) {
        if (port != 0 && !free(port)) {
            throw new StartupProblem(
                    "Port " + port + " of " + what + " is in use by another program.",
                    "End that program, or choose another port with " + setting + "=<port>.");
        }
    }

    static int freeFrom(int first) {
        int port = first;
        while (!free(port)) {
            port++;
        }
        return port;
    }

    static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StartupProblem("This machine has no free port.", "End some programs that listen.", e);
        }
    }
}
