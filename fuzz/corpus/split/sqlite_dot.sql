.read x
