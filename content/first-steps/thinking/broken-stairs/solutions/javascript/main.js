const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const n = numbers[0];
const broken = new Set(numbers.slice(2));

const ways = [1];
for (let step = 1; step <= n; step++) {
  ways.push(broken.has(step) ? 0 : ways[step - 1] + (ways[step - 2] ?? 0));
}
console.log(String(ways[n])); // at most 3.4e15, which a Number still holds exactly
