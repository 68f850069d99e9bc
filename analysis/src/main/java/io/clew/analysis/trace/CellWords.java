package io.clew.analysis.trace;

import io.clew.analysis.cell.Cell;
import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The texts of a batch as words of a cell: each is looked up once for a pair of batch and cell. Also the service and the
 * instance of each resource. Reusable; not thread-safe.
 */
public final class CellWords {
    /** What a service without a name is called. */
    public static final String UNNAMED = "(no service.name)";

    private static final byte[] UNNAMED_UTF8 = UNNAMED.getBytes(StandardCharsets.UTF_8);
    private static final byte[] SERVICE = "service.name".getBytes(StandardCharsets.UTF_8);
    /** What tells instances of a service apart, the best first. */
    private static final byte[][] INSTANCE = {
        "service.instance.id".getBytes(StandardCharsets.UTF_8),
        "k8s.pod.name".getBytes(StandardCharsets.UTF_8),
        "container.id".getBytes(StandardCharsets.UTF_8),
        "host.name".getBytes(StandardCharsets.UTF_8),
        "host.id".getBytes(StandardCharsets.UTF_8)
    };

    private SpanBatch batch = new SpanBatch();
    private int generation = -1;
    private int resources;
    private int[] serviceText = new int[0];
    private int[] instanceText = new int[0];

    private Cell cell;
    private int epoch;
    /** By text of the batch: stamp in the upper half, word in the lower. */
    private long[] words = new long[0];

    private long stamp;

    public CellWords(Cell cell) {
        this.cell = cell;
        this.epoch = cell.epoch();
    }

    /** Turns to a pair; cheap when it is the pair of before. */
    public void bind(SpanBatch spans, Cell into) {
        boolean sameBatch = batch == spans && generation == spans.generation();
        if (!sameBatch) {
            batch = spans;
            generation = spans.generation();
            resources = 0;
        }
        int texts = spans.dictionary().size();
        if (words.length < texts) {
            words = Arrays.copyOf(words, Math.max(texts, 2 * words.length));
        }
        if (resources < spans.resourceCount()) {
            bindResources();
        }
        if (!sameBatch || cell != into || epoch != into.epoch()) {
            cell = into;
            epoch = into.epoch();
            stamp++;
            if (stamp == Integer.MAX_VALUE) {
                Arrays.fill(words, 0);
                stamp = 1;
            }
        }
    }

    private void bindResources() {
        int known = resources;
        resources = batch.resourceCount();
        if (serviceText.length < resources) {
            int wider = Math.max(resources, 2 * serviceText.length);
            serviceText = Arrays.copyOf(serviceText, wider);
            instanceText = Arrays.copyOf(instanceText, wider);
        }
        int service = batch.dictionary().find(SERVICE);
        for (int row = known; row < resources; row++) {
            serviceText[row] = text(row, service);
            instanceText[row] = 0;
            for (int i = 0; i < INSTANCE.length && instanceText[row] == 0; i++) {
                instanceText[row] = text(row, batch.dictionary().find(INSTANCE[i]));
            }
        }
    }

    private int text(int resource, int key) {
        AttributeTable attributes = batch.resourceAttributes();
        int entry = key < 0 ? -1 : attributes.find(resource, key);
        return entry >= 0 && attributes.type(entry) == ValueType.STRING ? (int) attributes.value(entry) : 0;
    }

    /** The cell's word for a text of the batch. */
    public int word(int text) {
        if (text == 0) {
            return 0;
        }
        long known = words[text];
        if (known >>> 32 == stamp) {
            return (int) known;
        }
        ByteDictionary texts = batch.dictionary();
        int word = cell.word(texts.array(), texts.offset(text), texts.length(text));
        words[text] = stamp << 32 | word;
        return word;
    }

    /** The cell's word for a part of a text. */
    public int word(byte[] utf8, int offset, int length) {
        return cell.word(utf8, offset, length);
    }

    /** The cell's word for a text that is not in the batch. */
    public int word(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return cell.word(utf8, 0, utf8.length);
    }

    /** The batch's text that names the service of a resource; 0 when it has none. */
    public int serviceText(int resource) {
        return serviceText[resource];
    }

    /** The cell's word for the service of a resource. Never 0, which pads the keys of paths. */
    public int service(int resource) {
        int text = serviceText[resource];
        return text == 0 ? word(UNNAMED_UTF8, 0, UNNAMED_UTF8.length) : word(text);
    }

    public int instance(int resource) {
        return word(instanceText[resource]);
    }
}
