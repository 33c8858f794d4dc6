#include <iostream>

int main() {
}
