// Moving through the picture by keys, and the paths of its arrows: geometry without a page.

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// What lies aside counts more than what lies far: right means along the arrow, not down the next column.
const asideWeight = 3;

/** The box that an arrow key leads to from another; the same one when there is none, undefined for other keys. */
export function nextBox(boxes: readonly Place[], from: number, key: string): number | undefined {
  const direction = directions[key];
  const start = boxes[from];
  if (direction === undefined || start === undefined) {
    return key === 'Home' && boxes.length > 0 ? 0 : key === 'End' && boxes.length > 0 ? boxes.length - 1 : undefined;
  }
  const [startX, startY] = middleOf(start);
  let best = from;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const [x, y] = middleOf(box);
    const along = (x - startX) * direction[0] + (y - startY) * direction[1];
    const aside = Math.abs((x - startX) * direction[1]) + Math.abs((y - startY) * direction[0]);
    const distance = along + asideWeight * aside;
    if (along > 0 && distance < least) {
      best = index;
      least = distance;
    }
  });
  return best;
}

/** The path of an arrow in SVG's words: curves where it leads to another column, straight lines elsewhere. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  const [first, ...others] = points;
  if (first === undefined) {
    return '';
  }
  let path = `M ${first[0]} ${first[1]}`;
  let [x, y] = first;
  for (const [nextX, nextY] of others) {
    const middle = (x + nextX) / 2;
    path += x === nextX || y === nextY ? ` L ${nextX} ${nextY}` : ` C ${middle} ${y} ${middle} ${nextY} ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
  }
  return path;
}

/** Where the words of an arrow stand: in the middle of its first part that leads to another column. */
export function labelPlace(points: readonly (readonly [x: number, y: number])[]): readonly [x: number, y: number] {
  const start = Math.max(0, points.findIndex((point, index) => point[0] !== points[index + 1]?.[0]));
  const [first, second] = points.slice(start);
  return first === undefined || second === undefined ? [0, 0] : [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2];
}

function middleOf(box: Place): [number, number] {
  return [box.x + box.width / 2, box.y + box.height / 2];
}
