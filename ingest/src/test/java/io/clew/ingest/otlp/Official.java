package io.clew.ingest.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.CommonProto;
import io.opentelemetry.proto.resource.v1.ResourceProto;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TraceProto;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.List;

/**
 * The official parser, over the official schema less the fields that Clew knows no more than any unknown one (references
 * to string tables and to entities). Its dynamic messages are used because the generated ones keep elements of an array
 * value that another kind of value has replaced in between, against the format's definition.
 */
final class Official {
    private static final Descriptor TRACES_DATA = schema();

    private Official() {}

    static TracesData parse(byte[] body) throws InvalidProtocolBufferException {
        return TracesData.parseFrom(DynamicMessage.parseFrom(TRACES_DATA, body).toByteString());
    }

    /** Whether OTLP allows the span's ids. */
    static boolean idsAllowed(Span span) {
        return nonZero(span.getTraceId(), 16)
                && nonZero(span.getSpanId(), 8)
                && lengthOrNone(span.getParentSpanId(), 8)
                && span.getLinksList().stream()
                        .allMatch(l -> lengthOrNone(l.getTraceId(), 16) && lengthOrNone(l.getSpanId(), 8));
    }

    private static boolean nonZero(ByteString id, int length) {
        return id.size() == length && !id.equals(ByteString.copyFrom(new byte[length]));
    }

    private static boolean lengthOrNone(ByteString id, int length) {
        return id.isEmpty() || id.size() == length;
    }

    private static Descriptor schema() {
        FileDescriptorProto.Builder common = CommonProto.getDescriptor().toProto().toBuilder();
        without(common, "AnyValue", 8);
        without(common, "KeyValue", 3);
        FileDescriptorProto.Builder resource = ResourceProto.getDescriptor().toProto().toBuilder();
        without(resource, "Resource", 3);
        try {
            FileDescriptor commonFile = FileDescriptor.buildFrom(common.build(), new FileDescriptor[0]);
            FileDescriptor resourceFile = FileDescriptor.buildFrom(resource.build(), new FileDescriptor[] {commonFile});
            return FileDescriptor.buildFrom(
                            TraceProto.getDescriptor().toProto(), new FileDescriptor[] {commonFile, resourceFile})
                    .findMessageTypeByName("TracesData");
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void without(FileDescriptorProto.Builder file, String message, int field) {
        for (DescriptorProto.Builder type : file.getMessageTypeBuilderList()) {
            if (type.getName().equals(message)) {
                List<Integer> found = java.util.stream.IntStream.range(0, type.getFieldCount())
                        .filter(i -> type.getField(i).getNumber() == field)
                        .boxed()
                        .toList();
                type.removeField(found.getFirst());
                return;
            }
        }
        throw new IllegalStateException("no message " + message);
    }
}
