package dev.orderflow.process;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.instance.Activity;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnLabel;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.dc.Bounds;
import org.camunda.bpm.model.bpmn.instance.di.Waypoint;

/** What the picture of every model keeps to, so that Cockpit and the README can show it. */
final class PictureRules {

    private static final double TOUCHING = 1.0;

    private PictureRules() {}

    static List<String> everythingIsDrawn(Model model) {
        var broken = new ArrayList<String>();
        Map<String, Rectangle2D> shapes = shapes(model);
        Map<String, List<Point2D>> edges = edges(model);
        Map<String, Rectangle2D> labels = labels(model);
        for (FlowNode node : model.all(FlowNode.class)) {
            if (!shapes.containsKey(node.getId())) {
                broken.add(node.getId() + " has no shape");
            }
            if (!(node instanceof Activity) && !labels.containsKey(node.getId())) {
                broken.add(node.getId() + " has no place for its label");
            }
        }
        for (SequenceFlow flow : model.all(SequenceFlow.class)) {
            if (edges.getOrDefault(flow.getId(), List.of()).size() < 2) {
                broken.add(flow.getId() + " has no edge");
            }
            if (flow.getName() != null && !labels.containsKey(flow.getId())) {
                broken.add(flow.getId() + " has no place for its label");
            }
        }
        return broken;
    }

    static List<String> arrowsRunFromShapeToShape(Model model) {
        var broken = new ArrayList<String>();
        Map<String, Rectangle2D> shapes = shapes(model);
        Map<String, List<Point2D>> edges = edges(model);
        for (SequenceFlow flow : model.all(SequenceFlow.class)) {
            List<Point2D> points = edges.get(flow.getId());
            if (points == null) {
                continue;
            }
            if (!touches(shapes.get(flow.getSource().getId()), points.get(0))) {
                broken.add(
                        flow.getId() + " does not begin at " + flow.getSource().getId());
            }
            if (!touches(shapes.get(flow.getTarget().getId()), points.get(points.size() - 1))) {
                broken.add(flow.getId() + " does not end at " + flow.getTarget().getId());
            }
        }
        return broken;
    }

    private static boolean touches(Rectangle2D shape, Point2D point) {
        return grown(shape, TOUCHING).contains(point)
                && !grown(shape, -TOUCHING).contains(point);
    }

    static List<String> nothingCoversAnythingElse(Model model) {
        var broken = new ArrayList<String>();
        Map<String, Rectangle2D> shapes = shapes(model);
        Map<String, Rectangle2D> labels = labels(model);
        forEachPair(shapes, shapes, (a, b) -> {
            if (!isAttached(model, a, b) && !isAttached(model, b, a)) {
                broken.add(a + " and " + b + " overlap");
            }
        });
        forEachPair(labels, labels, (a, b) -> broken.add("the labels of " + a + " and " + b + " overlap"));
        forEachPair(labels, shapes, (a, b) -> broken.add("the label of " + a + " covers " + b));

        for (SequenceFlow flow : model.all(SequenceFlow.class)) {
            List<Point2D> points = edges(model).getOrDefault(flow.getId(), List.of());
            for (int i = 1; i < points.size(); i++) {
                var line = new Line2D.Double(points.get(i - 1), points.get(i));
                shapes.entrySet().stream()
                        .filter(shape -> !joins(model, flow, shape.getKey()))
                        .filter(shape -> line.intersects(grown(shape.getValue(), -TOUCHING)))
                        .forEach(shape -> broken.add(flow.getId() + " runs through " + shape.getKey()));
                labels.entrySet().stream()
                        .filter(label -> line.intersects(grown(label.getValue(), -TOUCHING)))
                        .forEach(label -> broken.add(flow.getId() + " runs through the label of " + label.getKey()));
            }
        }
        return broken;
    }

    /** A flow may touch the shapes at its two ends, and from a boundary event the task that carries the event. */
    private static boolean joins(Model model, SequenceFlow flow, String shape) {
        return Stream.of(flow.getSource(), flow.getTarget())
                .anyMatch(end -> end.getId().equals(shape) || isAttached(model, end.getId(), shape));
    }

    /** Cockpit puts the number of tokens over the left lower corner of a task; an event there could not be seen. */
    static List<String> noEventStandsWhereCockpitCounts(Model model) {
        var broken = new ArrayList<String>();
        Map<String, Rectangle2D> shapes = shapes(model);
        for (BoundaryEvent event : model.all(BoundaryEvent.class)) {
            Rectangle2D task = shapes.get(event.getAttachedTo().getId());
            var count = new Rectangle2D.Double(task.getMinX() - 10, task.getMaxY() - 16, 30, 20);
            if (count.intersects(shapes.get(event.getId()))) {
                broken.add(event.getId() + " is too far to the left");
            }
        }
        return broken;
    }

    private static boolean isAttached(Model model, String event, String host) {
        return model.bpmn().getModelElementById(event) instanceof BoundaryEvent boundary
                && boundary.getAttachedTo().getId().equals(host);
    }

    private static void forEachPair(
            Map<String, Rectangle2D> some, Map<String, Rectangle2D> others, BiConsumer<String, String> overlap) {
        some.forEach((a, first) -> others.forEach((b, second) -> {
            boolean once = some != others || a.compareTo(b) < 0;
            if (once && grown(first, -TOUCHING).intersects(second)) {
                overlap.accept(a, b);
            }
        }));
    }

    /** The way through the model on which nothing goes wrong is one straight line from left to right. */
    static List<String> theHappyPathIsOneStraightLine(Model model, String start, String end, List<String> answers) {
        var broken = new ArrayList<String>();
        Map<String, Rectangle2D> shapes = shapes(model);
        FlowNode node = model.bpmn().getModelElementById(start);
        while (!node.getId().equals(end)) {
            SequenceFlow way = node.getOutgoing().size() == 1
                    ? node.getOutgoing().iterator().next()
                    : node.getOutgoing().stream()
                            .filter(flow -> answers.contains(flow.getId()))
                            .findFirst()
                            .orElseThrow();
            FlowNode next = way.getTarget();
            Rectangle2D here = shapes.get(node.getId());
            Rectangle2D there = shapes.get(next.getId());
            if (here.getCenterY() != there.getCenterY()) {
                broken.add(next.getId() + " is off the line");
            }
            if (here.getMaxX() >= there.getMinX()) {
                broken.add(next.getId() + " is not to the right of " + node.getId());
            }
            if (edges(model).get(way.getId()).size() != 2) {
                broken.add(way.getId() + " is not straight");
            }
            node = next;
        }
        return broken;
    }

    private static Map<String, Rectangle2D> shapes(Model model) {
        var shapes = new LinkedHashMap<String, Rectangle2D>();
        model.all(BpmnShape.class)
                .forEach(shape -> shapes.put(shape.getBpmnElement().getId(), box(shape.getBounds())));
        return shapes;
    }

    private static Map<String, List<Point2D>> edges(Model model) {
        var edges = new LinkedHashMap<String, List<Point2D>>();
        for (BpmnEdge edge : model.all(BpmnEdge.class)) {
            List<Point2D> points =
                    edge.getWaypoints().stream().map(PictureRules::point).toList();
            edges.put(edge.getBpmnElement().getId(), points);
        }
        return edges;
    }

    private static Map<String, Rectangle2D> labels(Model model) {
        var labels = new LinkedHashMap<String, Rectangle2D>();
        model.all(BpmnShape.class)
                .forEach(shape -> put(labels, shape.getBpmnElement().getId(), shape.getBpmnLabel()));
        model.all(BpmnEdge.class)
                .forEach(edge -> put(labels, edge.getBpmnElement().getId(), edge.getBpmnLabel()));
        return labels;
    }

    private static void put(Map<String, Rectangle2D> labels, String id, BpmnLabel label) {
        if (label != null && label.getBounds() != null) {
            labels.put(id, box(label.getBounds()));
        }
    }

    private static Rectangle2D box(Bounds bounds) {
        return new Rectangle2D.Double(bounds.getX(), bounds.getY(), bounds.getWidth(), bounds.getHeight());
    }

    private static Point2D point(Waypoint waypoint) {
        return new Point2D.Double(waypoint.getX(), waypoint.getY());
    }

    private static Rectangle2D grown(Rectangle2D box, double by) {
        return new Rectangle2D.Double(
                box.getX() - by, box.getY() - by, box.getWidth() + 2 * by, box.getHeight() + 2 * by);
    }
}
