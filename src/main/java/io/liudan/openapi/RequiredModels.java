package io.liudan.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;

/** What can't be absent is required: a record's components of primitive types, which always have a value. */
class RequiredModels extends ModelResolver {

    RequiredModels(ObjectMapper json, TypeNameResolver names) {
        super(json, names);
    }

    @Override
    public Schema<?> resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> next) {
        Schema<?> schema = super.resolve(type, context, next);
        Class<?> record = _mapper.constructType(type.getType()).getRawClass();
        Schema<?> defined = schema == null || schema.get$ref() == null
                ? schema
                : context.getDefinedModels().get(schema.get$ref().replaceFirst(".*/", ""));
        if (record.isRecord() && defined != null && defined.getProperties() != null) {
            for (RecordComponent component : record.getRecordComponents()) {
                boolean listed =
                        defined.getRequired() != null && defined.getRequired().contains(component.getName());
                if (component.getType().isPrimitive()
                        && !listed
                        && defined.getProperties().containsKey(component.getName())) {
                    defined.addRequiredItem(component.getName());
                }
            }
        }
        return schema;
    }
}
