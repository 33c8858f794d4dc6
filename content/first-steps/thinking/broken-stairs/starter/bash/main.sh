read -r n count
read -r -a broken  # ${broken[@]} are the numbers of the broken steps

# In how many ways can you get to step n?
