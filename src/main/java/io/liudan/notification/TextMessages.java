package io.liudan.notification;

/**
 * Carries texts to phones (短信). Whoever connects a carrier implements this; the embedded profile shows them in an
 * inbox.
 */
public interface TextMessages {

    /**
     * @param phone digits, in its country's form
     * @param text in the language of its reader
     * @throws RuntimeException when it wasn't taken over; nothing of the text or the number in its message
     */
    void send(String phone, String text);
}
