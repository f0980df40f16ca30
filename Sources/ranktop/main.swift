print("ranktop")
