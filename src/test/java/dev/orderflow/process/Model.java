package dev.orderflow.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/** A model as it lies in {@code bpmn/}, or as an edit would leave it there. */
record Model(String name, String xml, BpmnModelInstance bpmn) {

    private static final Path FOLDER = Path.of("bpmn");

    /** Every model of the product. */
    static List<Model> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".bpmn"))
                    .map(file -> named(file.getFileName().toString().replace(".bpmn", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Model named(String name) {
        try {
            return of(name, Files.readString(FOLDER.resolve(name + ".bpmn")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This model edited, for the proof that a rule bites: pairs of a text and what stands in its place everywhere. */
    Model with(String... replacements) {
        String edited = xml;
        for (int i = 0; i < replacements.length; i += 2) {
            if (!edited.contains(replacements[i])) {
                throw new IllegalArgumentException(name + ".bpmn does not contain " + replacements[i]);
            }
            edited = edited.replace(replacements[i], replacements[i + 1]);
        }
        return of(name, edited);
    }

    /** This model without the element, from its opening to its closing tag. */
    Model without(String openingTag, String closingTag) {
        int from = xml.indexOf(openingTag);
        return with(xml.substring(from, xml.indexOf(closingTag, from) + closingTag.length()), "");
    }

    /** The same content in a file of another name. */
    Model renamed(String other) {
        return new Model(other, xml, bpmn);
    }

    <T extends ModelElementInstance> Collection<T> all(Class<T> type) {
        return bpmn.getModelElementsByType(type);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Model of(String name, String xml) {
        return new Model(name, xml, Bpmn.readModelFromStream(new ByteArrayInputStream(xml.getBytes(UTF_8))));
    }

    /** A label as a part of an id or a class: "Reserve stock" becomes ReserveStock. */
    static String pascal(String label) {
        return Arrays.stream(label.split(" "))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(joining());
    }

    /** A label as a bean: "Reserve stock" becomes reserveStock. */
    static String camel(String label) {
        return label.substring(0, 1).toLowerCase(Locale.ROOT) + pascal(label).substring(1);
    }

    /** A label as a file: "Ship order" becomes ship-order. */
    static String kebab(String label) {
        return label.toLowerCase(Locale.ROOT).replace(' ', '-');
    }
}
