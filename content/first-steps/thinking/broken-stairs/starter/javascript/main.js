const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const n = numbers[0];
const broken = new Set(numbers.slice(2));

// In how many ways can you get to step n?
