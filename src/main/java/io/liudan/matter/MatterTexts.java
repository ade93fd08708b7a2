package io.liudan.matter;

import io.liudan.identity.Vault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What people wrote about a matter, field by field, sealed. */
@Component
public class MatterTexts {

    /** Before the names of fields that are written after the beginning. */
    private static final String LATER = ".";

    private final JdbcClient jdbc;
    private final Vault vault;

    MatterTexts(JdbcClient jdbc, Vault vault) {
        this.jdbc = jdbc;
        this.vault = vault;
    }

    /**
     * Keeps a text, in the place of the one that was there.
     *
     * @param field its name; with a dot in it for one that isn't given at the beginning
     * @param contact whether it tells who somebody is
     * @param text {@code null} for none any more
     */
    public void keep(String code, String field, boolean contact, String text) {
        if (text == null) {
            jdbc.sql("delete from matter_text where matter_id = ? and field = ?")
                    .params(MatterCodes.number(code), field)
                    .update();
        } else {
            jdbc.sql("""
                    insert into matter_text (matter_id, field, class, text) values (?, ?, ?, ?)
                    on conflict (matter_id, field) do update set text = excluded.text""")
                    .params(MatterCodes.number(code), field, contact ? "contact" : "words", vault.seal(text, code))
                    .update();
        }
    }

    /**
     * All texts of a matter by field.
     *
     * @param reading how the reader may read them
     */
    Map<String, String> of(String code, UnaryOperator<String> reading) {
        return jdbc
                .sql("select field, text from matter_text where matter_id = ? order by field")
                .param(MatterCodes.number(code))
                .query((row, n) ->
                        Map.entry(row.getString("field"), reading.apply(vault.open(row.getString("text"), code))))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }

    /** What was written at the beginning, by field, without what tells who somebody is. */
    Map<String, String> ofBeginning(String code) {
        Map<String, String> texts = new LinkedHashMap<>();
        jdbc.sql("select field, text from matter_text where matter_id = ? and class = 'words' order by field")
                .param(MatterCodes.number(code))
                .query((row, n) -> texts.put(row.getString("field"), vault.open(row.getString("text"), code)))
                .list();
        texts.keySet().removeIf(field -> field.contains(LATER));
        return texts;
    }

    /** The same words, as {@code reading} has them. */
    void rewrite(String code, UnaryOperator<String> reading) {
        jdbc.sql("delete from matter_text where matter_id = ? and class = 'contact'")
                .param(MatterCodes.number(code))
                .update();
        of(code, reading).forEach((field, text) -> keep(code, field, false, text));
    }

    void forget(String code) {
        jdbc.sql("delete from matter_text where matter_id = ?")
                .param(MatterCodes.number(code))
                .update();
    }
}
