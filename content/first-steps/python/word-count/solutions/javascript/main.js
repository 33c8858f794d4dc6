const input = require("fs").readFileSync(0, "utf8");
const end = input.indexOf("\n");
const k = Number(input.slice(0, end));
const counts = new Map();
for (const word of input.slice(end + 1).toLowerCase().match(/[a-z]+/g) ?? []) {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}
const order = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
for (const [word, count] of order.slice(0, k)) console.log(word, count);
