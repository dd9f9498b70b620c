"""Commands over the areas' doors. Each takes what it needs and prints for people; bootstrap wires and parses."""
