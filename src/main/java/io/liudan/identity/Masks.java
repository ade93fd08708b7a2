package io.liudan.identity;

/** What is left of an identifier for those who need not know it. */
public final class Masks {

    private Masks() {}

    /** The first three and the last two digits, as on Chinese bills; {@code null} stays {@code null}. */
    public static String phone(String phone) {
        return phone == null
                ? null
                : phone.length() < 7
                        ? "*".repeat(phone.length())
                        : phone.substring(0, 3) + "*".repeat(phone.length() - 5) + phone.substring(phone.length() - 2);
    }

    /** Without what tells which door; {@code null} stays {@code null}. */
    public static String address(String address) {
        return address == null ? null : address.replaceAll("[0-9０-９一二三四五六七八九十百]+", "*");
    }

    /** The first character, which is mostly the surname; {@code null} stays {@code null}. */
    public static String name(String name) {
        return name == null || name.isEmpty()
                ? name
                : name.substring(0, name.offsetByCodePoints(0, 1))
                        + "*".repeat(Math.max(1, name.codePointCount(0, name.length()) - 1));
    }
}
