package io.liudan.matter;

import java.util.regex.Pattern;
import org.apache.commons.validator.routines.checkdigit.CheckDigitException;
import org.apache.commons.validator.routines.checkdigit.VerhoeffCheckDigit;

/**
 * Codes of matters are read out on the phone: digits only, as few as the number of matters allows, and a Verhoeff check
 * digit at the end, which catches every single wrong digit and every two neighbours in the wrong order. Without it a
 * code is the number by which tables know the matter.
 */
public final class MatterCodes {

    /** No matter has it. */
    private static final long NONE = -1;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{2,18}");

    private static final VerhoeffCheckDigit CHECK = new VerhoeffCheckDigit();

    private MatterCodes() {}

    /** @param number the matter's number, from 1 */
    public static String of(long number) {
        String digits = Long.toString(number);
        try {
            return digits + CHECK.calculate(digits);
        } catch (CheckDigitException e) {
            throw new IllegalStateException(e);
        }
    }

    public static boolean valid(String code) {
        return code != null && DIGITS.matcher(code).matches() && CHECK.isValid(code);
    }

    /** The number of a matter; one that no matter has for what is no code. */
    public static long number(String code) {
        return valid(code) ? Long.parseLong(code.substring(0, code.length() - 1)) : NONE;
    }
}
