package io.liudan.embedded.simulator;

/** What a department's system suffers from. */
enum Faults {
    NONE("正常"),
    DOWN("停机：不应答"),
    SLOW("缓慢：三十秒后应答"),
    ERROR("报错：500"),
    GARBAGE("乱码：200，内容无法读取"),
    WRONG("答非所问：200，没有回执"),
    REFUSE("拒收：422");

    final String label;

    Faults(String label) {
        this.label = label;
    }
}
