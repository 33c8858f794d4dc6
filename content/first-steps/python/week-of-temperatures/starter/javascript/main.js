const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const n = numbers[0];
const temperatures = numbers.slice(1);

// Print the average, then the average distance from it.
