package io.liudan.directory;

/**
 * A point on the earth.
 *
 * @param lat latitude in degrees, north positive
 * @param lon longitude in degrees, east positive
 */
public record Coordinates(double lat, double lon) {}
