package io.liudan.directory;

/**
 * Geodetic datums in which coordinates arrive. WeChat and Gaode give GCJ-02, Baidu gives BD-09; the hub stores WGS84.
 * The formulas are the published approximations of the GCJ-02 offset; converting back is done by iteration and is exact
 * to well below a metre.
 */
public enum Datum {
    WGS84,
    GCJ02,
    BD09;

    private static final double SEMI_MAJOR_AXIS = 6378245.0;
    private static final double ECCENTRICITY_SQUARED = 0.00669342162296594323;
    private static final double BAIDU_PI = Math.PI * 3000.0 / 180.0;

    /**
     * Reads a datum as clients write it: {@code WGS84}, {@code gcj-02}, {@code BD09} …
     *
     * @throws IllegalArgumentException when it is none of the three
     */
    public static Datum parse(String text) {
        return text == null || text.isBlank()
                ? WGS84
                : valueOf(text.trim().toUpperCase().replaceAll("[-_ ]", ""));
    }

    /** The same place in WGS84. */
    public Coordinates toWgs84(Coordinates point) {
        return switch (this) {
            case WGS84 -> point;
            case GCJ02 -> gcj02ToWgs84(point);
            case BD09 -> gcj02ToWgs84(bd09ToGcj02(point));
        };
    }

    /** The WGS84 place in this datum, as a map of this kind would show it. */
    public Coordinates fromWgs84(Coordinates point) {
        return switch (this) {
            case WGS84 -> point;
            case GCJ02 -> wgs84ToGcj02(point);
            case BD09 -> gcj02ToBd09(wgs84ToGcj02(point));
        };
    }

    private static Coordinates gcj02ToWgs84(Coordinates target) {
        Coordinates guess = target;
        for (int i = 0; i < 5; i++) {
            Coordinates seen = wgs84ToGcj02(guess);
            guess = new Coordinates(guess.lat() + target.lat() - seen.lat(), guess.lon() + target.lon() - seen.lon());
        }
        return guess;
    }

    private static Coordinates wgs84ToGcj02(Coordinates p) {
        double x = p.lon() - 105.0;
        double y = p.lat() - 35.0;
        double radLat = Math.toRadians(p.lat());
        double magic = 1 - ECCENTRICITY_SQUARED * Math.sin(radLat) * Math.sin(radLat);
        double dLat = offsetLat(x, y)
                * 180.0
                / (SEMI_MAJOR_AXIS * (1 - ECCENTRICITY_SQUARED) / (magic * Math.sqrt(magic)) * Math.PI);
        double dLon = offsetLon(x, y) * 180.0 / (SEMI_MAJOR_AXIS / Math.sqrt(magic) * Math.cos(radLat) * Math.PI);
        return new Coordinates(p.lat() + dLat, p.lon() + dLon);
    }

    private static Coordinates gcj02ToBd09(Coordinates p) {
        double radius = Math.hypot(p.lon(), p.lat()) + 0.00002 * Math.sin(p.lat() * BAIDU_PI);
        double angle = Math.atan2(p.lat(), p.lon()) + 0.000003 * Math.cos(p.lon() * BAIDU_PI);
        return new Coordinates(radius * Math.sin(angle) + 0.006, radius * Math.cos(angle) + 0.0065);
    }

    private static Coordinates bd09ToGcj02(Coordinates p) {
        double x = p.lon() - 0.0065;
        double y = p.lat() - 0.006;
        double radius = Math.hypot(x, y) - 0.00002 * Math.sin(y * BAIDU_PI);
        double angle = Math.atan2(y, x) - 0.000003 * Math.cos(x * BAIDU_PI);
        return new Coordinates(radius * Math.sin(angle), radius * Math.cos(angle));
    }

    private static double offsetLat(double x, double y) {
        return -100.0
                + 2.0 * x
                + 3.0 * y
                + 0.2 * y * y
                + 0.1 * x * y
                + 0.2 * Math.sqrt(Math.abs(x))
                + waves(6.0, 20.0, x * 2.0, 20.0)
                + (20.0 * Math.sin(y * Math.PI) + 40.0 * Math.sin(y / 3.0 * Math.PI)) * 2.0 / 3.0
                + (160.0 * Math.sin(y / 12.0 * Math.PI) + 320.0 * Math.sin(y * Math.PI / 30.0)) * 2.0 / 3.0;
    }

    private static double offsetLon(double x, double y) {
        return 300.0
                + x
                + 2.0 * y
                + 0.1 * x * x
                + 0.1 * x * y
                + 0.1 * Math.sqrt(Math.abs(x))
                + waves(6.0, 20.0, x * 2.0, 20.0)
                + (20.0 * Math.sin(x * Math.PI) + 40.0 * Math.sin(x / 3.0 * Math.PI)) * 2.0 / 3.0
                + (150.0 * Math.sin(x / 12.0 * Math.PI) + 300.0 * Math.sin(x / 30.0 * Math.PI)) * 2.0 / 3.0;
    }

    private static double waves(double factor, double first, double x, double second) {
        return (first * Math.sin(factor * x / 2.0 * Math.PI) + second * Math.sin(x * Math.PI)) * 2.0 / 3.0;
    }
}
