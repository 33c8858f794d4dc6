// Of how many processes each Lyceum of the tests is (lyceum.ts).
const shapes = ['one', 'two', 'four'] as const;

export const shape = shapes.find((name) => name === (process.env.LYCEUM_SHAPE ?? 'one')) ?? unknown();

function unknown(): never {
  throw new Error(`LYCEUM_SHAPE is one of ${shapes.join(', ')}, not ${process.env.LYCEUM_SHAPE}`);
}
