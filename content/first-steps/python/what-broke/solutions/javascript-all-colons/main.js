const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "");

const failed = new Map();
for (const line of lines) {
  const parts = line.split(": ");
  const head = parts.slice(0, -1).join(": ").split(" ");
  if (head[1] !== "ERROR") continue;
  const name = head[head.length - 1];
  if (!failed.has(name)) failed.set(name, { count: 0, first: head[0] });
  failed.get(name).count += 1;
}

for (const [name, { count, first }] of failed) console.log(name, count, first);
if (failed.size === 0) console.log("all quiet");
