function find(values, wanted) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (values[middle] === wanted) return middle;
    if (values[middle] < wanted) low = middle;
    else high = middle;
  }
  return -1;
}

const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const n = numbers[0];
const values = numbers.slice(2, 2 + n);
console.log(numbers.slice(2 + n).map((wanted) => find(values, wanted)).join("\n"));
