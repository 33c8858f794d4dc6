const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const temperatures = numbers.slice(1);
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
const average = mean(temperatures);
console.log(average);
console.log(mean(temperatures.map((t) => t - average)));
