read -r answer
