const input = require("fs").readFileSync(0); // a Buffer: bytes, not text
const line = input.subarray(0, input.indexOf("\n"));
console.log(line.length);
