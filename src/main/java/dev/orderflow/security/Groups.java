package dev.orderflow.security;

import java.util.List;

/** The groups people and machines belong to. The models name the first three as candidates for their tasks. */
public final class Groups {

    /** Ships orders. */
    public static final String WAREHOUSE = "warehouse";

    /** Reviews held orders, confirms receipt for buyers, cancels. */
    public static final String SERVICE = "service";

    /** Refunds by hand and finds owners for money. */
    public static final String FINANCE = "finance";

    /** Shops, payment providers, warehouses and carriers: sends commands and reads orders. */
    public static final String INTEGRATION = "integration";

    /** Reads measurements. */
    public static final String MONITORING = "monitoring";

    /** The engine's own name for its administrators. */
    public static final String ADMIN = "camunda-admin";

    public static final List<String> ALL = List.of(WAREHOUSE, SERVICE, FINANCE, INTEGRATION, MONITORING, ADMIN);

    private Groups() {}
}
