"""Fair lotteries over panels."""
