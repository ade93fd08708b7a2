package io.liudan.embedded.simulator;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * The program: all simulated systems, and a page to answer from them and to break them. Settings come as
 * {@code --name=value}.
 */
public final class DepartmentSimulators {

    private DepartmentSimulators() {}

    public static void main(String[] args) throws Exception {
        Lifeline.hold();
        Map<String, String> settings = new LinkedHashMap<>();
        for (String arg : args) {
            String[] pair = arg.replaceFirst("^--", "").split("=", 2);
            settings.put(pair[0], pair.length > 1 ? pair[1] : "");
        }
        Path data = Path.of(settings.get("data"));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(settings.get("port"))), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        List<Peer> peers = List.of(
                new RestPeer(
                        "cgj",
                        "城市管理局",
                        received(data, "cgj"),
                        server,
                        new HubClient(settings.get("hub"), settings.get("realm"), "cgj")),
                new SoapPeer("scjg", "市场监督管理局", received(data, "scjg"), server),
                new ExchangeTablePeer(
                        "zjj",
                        "住房和城乡建设局",
                        received(data, "zjj"),
                        settings.get("exchange"),
                        settings.get("exchange-user"),
                        settings.get("exchange-password")),
                new SftpPeer(
                        "yllh",
                        "园林绿化服务中心",
                        received(data, "yllh"),
                        data.resolve("yllh"),
                        Integer.parseInt(settings.get("sftp-port"))),
                new KafkaPeer("zls", "自来水公司", received(data, "zls"), settings.get("brokers")));
        for (Peer peer : peers) {
            peer.start();
        }
        WechatSimulator.start(server);
        new SimulatorPage(server, peers).start();
        server.start();
    }

    private static Received received(Path data, String code) throws java.io.IOException {
        return new Received(data.resolve(code + ".jsonl"), code.toUpperCase());
    }
}
