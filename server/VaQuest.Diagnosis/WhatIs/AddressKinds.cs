// AddressKinds: the words that say what an address is, as in the JSON contract.
namespace VaQuest.Diagnosis.WhatIs;

/// <summary>The vocabulary of `vaquest whatis --json`, `kind`. Words are added, never changed.</summary>
public static class AddressKinds
{
    public const string Null = "null";
    public const string ErrorPointer = "error-pointer";
    public const string Poison = "poison";
    public const string StackCanary = "stack-canary";
    public const string Magic = "magic";
    public const string NonCanonical = "non-canonical";
    public const string PageTableEntry = "page-table-entry";
    public const string Text = "text";
    public const string Symbol = "symbol";
    public const string Module = "module";
    public const string GeneratedCode = "generated-code";
    public const string PerCpu = "per-cpu";
    public const string Stack = "stack";
    public const string IrqStack = "irq-stack";
    public const string ExceptionStack = "exception-stack";
    public const string EntryStack = "entry-stack";
    public const string StackGuard = "stack-guard";
    public const string Slab = "slab";
    public const string Page = "page";
    public const string StructPage = "struct-page";
    public const string Vmalloc = "vmalloc";
    public const string CpuEntryArea = "cpu-entry-area";
    public const string Fixmap = "fixmap";
    public const string Vsyscall = "vsyscall";
    public const string KasanShadow = "kasan-shadow";
    public const string EspFix = "espfix";
    public const string Efi = "efi";
    public const string LdtRemap = "ldt";
    public const string GuardHole = "guard-hole";
    public const string User = "user";
    public const string DirectMap = "direct-map";
    public const string NotMapped = "not-mapped";
    public const string Unknown = "unknown";

    /// <summary>All of them, for documents and tests.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Null, ErrorPointer, Poison, StackCanary, Magic, NonCanonical, PageTableEntry, Text, Symbol, Module, GeneratedCode, PerCpu, Stack, IrqStack,
        ExceptionStack, EntryStack, StackGuard, Slab, Page, StructPage, Vmalloc, CpuEntryArea, Fixmap, Vsyscall, KasanShadow, EspFix, Efi, LdtRemap,
        GuardHole, User, DirectMap, NotMapped, Unknown,
    ];
}
