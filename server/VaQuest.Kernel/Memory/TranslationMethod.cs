// TranslationMethod: how a virtual address was translated.
namespace VaQuest.Kernel.Memory;

/// <summary>The evidence behind a translation.</summary>
public enum TranslationMethod
{
    /// <summary>It was not translated.</summary>
    None,

    /// <summary>The kernel image is mapped linearly at phys_base.</summary>
    KernelImage,

    /// <summary>The page tables of the crashed kernel.</summary>
    PageTables,

    /// <summary>The direct map's formula, because the page tables could not be read there.</summary>
    DirectMap,
}
