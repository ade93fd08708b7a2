package io.liudan.request;

import org.apache.commons.validator.routines.checkdigit.CheckDigitException;
import org.apache.commons.validator.routines.checkdigit.VerhoeffCheckDigit;

/**
 * Request codes are read out on the phone: digits only, as few as the number of requests allows, and a Verhoeff check
 * digit at the end, which catches every single wrong digit and every two neighbours in the wrong order.
 */
final class RequestCodes {

    private static final VerhoeffCheckDigit CHECK = new VerhoeffCheckDigit();

    private RequestCodes() {}

    static String of(long number) {
        String digits = Long.toString(number);
        try {
            return digits + CHECK.calculate(digits);
        } catch (CheckDigitException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean valid(String code) {
        return code != null && CHECK.isValid(code);
    }
}
