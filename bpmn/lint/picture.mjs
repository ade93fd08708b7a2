// Checks how models are drawn: no line across a shape or a label, no label on another or on a shape, no shape on another.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';

const camunda = createRequire(import.meta.url)('camunda-bpmn-moddle/resources/camunda.json');
const CONTAINERS = ['bpmn:Participant', 'bpmn:Lane'];
let failed = false;

for (const file of process.argv.slice(2)) {
  const { rootElement } = await new BpmnModdle({ camunda }).fromXML(readFileSync(file, 'utf8'));
  for (const { plane } of rootElement.diagrams) {
    check(plane).forEach(fault => {
      console.error(`${file}: ${plane.bpmnElement.id}: ${fault}`);
      failed = true;
    });
  }
}
process.exit(failed ? 1 : 0);

function check(plane) {
  const drawn = plane.planeElement ?? [];
  const shapes = drawn
    .filter(one => one.bounds)
    .map(one => ({ element: one.bpmnElement, box: one.bounds, holds: holds(one) }));
  const labels = drawn
    .filter(one => one.label?.bounds)
    .map(one => ({ element: one.bpmnElement, box: one.label.bounds }));
  const lines = drawn
    .filter(one => one.waypoint)
    .flatMap(one => one.waypoint.slice(1).map((to, n) => ({ element: one.bpmnElement, from: one.waypoint[n], to })));
  const solid = shapes.filter(shape => !shape.holds);
  const faults = [];
  for (const line of lines) {
    const ends = [line.element.sourceRef, line.element.targetRef].flat();
    solid
      .filter(shape => !ends.includes(shape.element) && !ends.some(end => end.attachedToRef === shape.element))
      .filter(shape => crosses(line, shape.box))
      .forEach(shape => faults.push(`${name(line.element)} runs across ${name(shape.element)}`));
    labels
      .filter(label => crosses(line, label.box))
      .forEach(label => faults.push(`${name(line.element)} runs across the label of ${name(label.element)}`));
  }
  for (const label of labels) {
    solid
      .filter(shape => overlap(label.box, shape.box))
      .forEach(shape => faults.push(`the label of ${name(label.element)} lies on ${name(shape.element)}`));
  }
  pairs(labels)
    .filter(([one, other]) => overlap(one.box, other.box))
    .forEach(([one, other]) =>
      faults.push(`the labels of ${name(one.element)} and ${name(other.element)} lie on each other`),
    );
  pairs(solid)
    .filter(
      ([one, other]) => one.element.attachedToRef !== other.element && other.element.attachedToRef !== one.element,
    )
    .filter(([one, other]) => overlap(one.box, other.box))
    .forEach(([one, other]) => faults.push(`${name(one.element)} lies on ${name(other.element)}`));
  return [...new Set(faults)];
}

/** Whether others are drawn within it. */
function holds(shape) {
  return CONTAINERS.includes(shape.bpmnElement.$type) || shape.isExpanded === true;
}

function pairs(all) {
  return all.flatMap((one, n) => all.slice(n + 1).map(other => [one, other]));
}

/** A line along an edge doesn't cross. */
function crosses({ from, to }, { x, y, width, height }) {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  if (from.x === to.x || from.y === to.y) {
    return right > x && left < x + width && bottom > y && top < y + height;
  }
  // Slanted: where it enters and leaves the box, as parts of its length.
  let [enter, leave] = [0, 1];
  for (const [start, way, low, high] of [
    [from.x, to.x - from.x, x, x + width],
    [from.y, to.y - from.y, y, y + height],
  ]) {
    const cuts = [(low - start) / way, (high - start) / way].sort((a, b) => a - b);
    enter = Math.max(enter, cuts[0]);
    leave = Math.min(leave, cuts[1]);
  }
  return enter < leave;
}

function overlap(one, other) {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function name(element) {
  return element.name ? `${element.name} (${element.id})` : element.id;
}
