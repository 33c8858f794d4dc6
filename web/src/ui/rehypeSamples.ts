// "Input", a block, "Output", a block: drawn side by side, as a sample of an exercise.

interface Node {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

const INPUT = /^(input|entrée)\s*$/i;
const OUTPUT = /^(output|sortie)\s*$/i;

const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

const isLabel = (node: Node | undefined, word: RegExp): node is Node =>
  node?.type === 'element' && /^(p|h[2-4])$/.test(node.tagName ?? '') && word.test(textOf(node));

const isBlock = (node: Node | undefined): node is Node =>
  node?.type === 'element' && node.tagName === 'pre';

const half = (label: Node, block: Node): Node => ({
  type: 'element',
  tagName: 'div',
  properties: {},
  children: [
    {
      type: 'element',
      tagName: 'p',
      properties: { className: ['sample-label'] },
      children: [{ type: 'text', value: textOf(label).trim() }],
    },
    block,
  ],
});

/** Runs after sanitizing: the class is ours. */
export function rehypeSamples(): (root: Node) => void {
  return (root) => {
    const nodes = (root.children ?? []).filter(
      (node) => node.type !== 'text' || node.value?.trim(),
    );
    const out: Node[] = [];
    for (let i = 0; i < nodes.length; i += 1) {
      const [label, block, label2, block2] = nodes.slice(i, i + 4);
      if (isLabel(label, INPUT) && isBlock(block) && isLabel(label2, OUTPUT) && isBlock(block2)) {
        out.push({
          type: 'element',
          tagName: 'section',
          properties: { className: ['sample'] },
          children: [half(label, block), half(label2, block2)],
        });
        i += 3;
      } else if (label) out.push(label);
    }
    root.children = out;
  };
}
