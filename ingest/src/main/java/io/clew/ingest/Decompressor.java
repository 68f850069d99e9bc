package io.clew.ingest;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import io.clew.model.SourceRequest;
import java.util.Arrays;

/**
 * The body of a request without its compression. The limit holds while bytes are produced: memory grows in steps that
 * are billed before they are taken, and never beyond the limit, whatever the compressed bytes claim. Keeps up to
 * {@value #RETAINED} bytes of scratch between requests. For one thread.
 */
public final class Decompressor {
    private static final int RETAINED = 4 << 20;
    private static final int FIRST_STEP = 64 << 10;

    private final Gunzip gunzip = new Gunzip();
    private byte[] scratch = new byte[0];
    private byte[] bytes = scratch;
    private int offset;
    private int length;

    /**
     * Makes the body readable through {@link #bytes()}, {@link #offset()} and {@link #length()} until {@link #close}.
     *
     * @param maxBytes largest body, inclusive, after decompression
     * @param claim is billed for scratch; the caller closes it after {@link #close}
     * @throws MalformedRequestException UNDECODABLE when the compressed bytes are damaged or cut off, TOO_LARGE when the
     *     body exceeds {@code maxBytes} or could never fit the budget
     * @throws BusyException when other requests use the budget up
     */
    public void open(SourceRequest request, int maxBytes, ByteBudget.Claim claim) throws MalformedRequestException {
        switch (request.encoding()) {
            case IDENTITY -> {
                if (request.length() > maxBytes) {
                    throw tooLarge(request.length() + " bytes", maxBytes);
                }
                bytes = request.bytes();
                offset = request.offset();
                length = request.length();
            }
            case GZIP -> {
                Output out = new Output(request.length(), maxBytes, claim);
                length = gunzip.inflate(request.bytes(), request.offset(), request.length(), out);
                bytes = scratch;
                offset = 0;
            }
            case ZSTD -> {
                length = unzstd(request, new Output(request.length(), maxBytes, claim));
                bytes = scratch;
                offset = 0;
            }
        }
    }

    /** Holds the body from {@link #offset()} on; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    /** Length of the body in bytes. */
    public int length() {
        return length;
    }

    /** Forgets the body, and lets go of scratch that only an unusual request needed. */
    public void close() {
        if (scratch.length > RETAINED) {
            scratch = new byte[0];
        }
        bytes = scratch;
        length = 0;
    }

    private int unzstd(SourceRequest request, Output out) throws MalformedRequestException {
        byte[] source = request.bytes();
        if (request.length() == 0) {
            throw damaged("zstd", "it is empty");
        }
        long size = Zstd.getFrameContentSize(source, request.offset(), request.length());
        if (size > out.maxBytes) {
            throw tooLarge(size + " bytes", out.maxBytes);
        }
        if (size > scratch.length) {
            out.grow((int) size);
        }
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            while (true) {
                try {
                    return context.decompressByteArray(
                            scratch,
                            0,
                            Math.min(scratch.length, out.maxBytes),
                            source,
                            request.offset(),
                            request.length());
                } catch (ZstdException e) {
                    if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                        throw damaged("zstd", String.valueOf(e.getMessage()));
                    }
                    // A frame need not say its size: start over with more room, at twice the work in all.
                    out.grow();
                }
            }
        }
    }

    static MalformedRequestException damaged(String encoding, String what) {
        return new MalformedRequestException(
                Reason.UNDECODABLE, "the body is not valid " + encoding + ", as its content encoding says: " + what);
    }

    static MalformedRequestException tooLarge(String size, int maxBytes) {
        return new MalformedRequestException(
                Reason.TOO_LARGE,
                "the body has " + size + " without its compression, the limit is " + maxBytes
                        + "; send smaller batches");
    }

    /** Scratch memory that grows step by step to at most the limit. */
    final class Output {
        private final int maxBytes;
        private final ByteBudget.Claim claim;

        private Output(int compressed, int maxBytes, ByteBudget.Claim claim) throws MalformedRequestException {
            this.maxBytes = maxBytes;
            this.claim = claim;
            if (scratch.length == 0) {
                int guess = (int) Math.min(Math.max(FIRST_STEP, 4L * compressed), Math.min(RETAINED, maxBytes));
                claim.add(guess);
                scratch = new byte[guess];
            } else {
                claim.add(scratch.length);
            }
        }

        byte[] array() {
            return scratch;
        }

        /** Bytes that may be written now. */
        int room() {
            return Math.min(scratch.length, maxBytes);
        }

        /** Doubles the room, keeping its content. */
        void grow() throws MalformedRequestException {
            if (scratch.length >= maxBytes) {
                throw tooLarge("more than " + maxBytes + " bytes", maxBytes);
            }
            grow((int) Math.min(maxBytes, 2L * scratch.length));
        }

        private void grow(int wider) throws MalformedRequestException {
            int old = scratch.length;
            claim.add(wider);
            scratch = Arrays.copyOf(scratch, wider);
            claim.subtract(old);
        }
    }
}
