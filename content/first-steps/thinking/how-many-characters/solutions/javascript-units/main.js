const input = require("fs").readFileSync(0);
const line = input.subarray(0, input.indexOf("\n"));
console.log(line.length, line.toString("utf8").length);
