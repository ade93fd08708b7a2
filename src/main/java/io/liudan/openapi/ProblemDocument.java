package io.liudan.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** A problem as RFC 9457 has it, and what the hub adds to it: for the document alone. */
@Schema(name = "Problem", description = "What was wrong with a call, as RFC 9457 has it.")
record ProblemDocument(
        @Schema(
                description = "What kind of problem it is",
                format = "uri",
                example = "urn:liudan:problem:fields",
                requiredMode = Schema.RequiredMode.REQUIRED)
        String type,

        @Schema(
                description = "A heading, in the reader's language",
                example = "字段有误",
                requiredMode = Schema.RequiredMode.REQUIRED)
        String title,

        @Schema(description = "The status of the answer", example = "422", requiredMode = Schema.RequiredMode.REQUIRED)
        int status,

        @Schema(description = "A sentence, in the reader's language", example = "请检查标出的字段。")
        String detail,

        @Schema(description = "The address that was called", example = "/api/v1/requests")
        String instance,

        @Schema(description = "What kind of problem it is, for programs", example = "fields")
        String code,

        @Schema(description = "What is wrong with which field")
        List<FieldProblem> errors,

        @Schema(description = "The id by which the log has what broke; with a 500", example = "7f3a9c21")
        String failure) {

    /** What is wrong with one field. */
    @Schema(name = "FieldProblem", description = "What is wrong with one field.")
    record FieldProblem(
            @Schema(
                    description = "Its name, or the way to it",
                    example = "where.lat",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            String field,

            @Schema(
                    description = "What is wrong, for programs",
                    example = "required",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            String code,

            @Schema(
                    description = "What is wrong, in the reader's language",
                    example = "必填",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            String reason) {}
}
