function find(values, wanted) {
  // Everything before low is smaller than wanted; everything from high on is not.
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < values.length && values[low] === wanted ? low : -1;
}

const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const n = numbers[0];
const values = numbers.slice(2, 2 + n);
console.log(numbers.slice(2 + n).map((wanted) => find(values, wanted)).join("\n"));
