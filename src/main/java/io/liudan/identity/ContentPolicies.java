package io.liudan.identity;

/** What browsers may do with the hub's answers ({@code Content-Security-Policy}). */
public final class ContentPolicies {

    /** An answer is data: nothing in it is run, shown in a frame or fetched. */
    public static final String ANSWERS =
            "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'";
    /** The hub's own pages take nothing from elsewhere. */
    public static final String PAGES =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

    private ContentPolicies() {}
}
