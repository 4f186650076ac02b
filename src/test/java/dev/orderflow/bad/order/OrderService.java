package dev.orderflow.bad.order;

class OrderService {}
