// FramePlace: where a frame's code is in debug information.
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Types;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.Kernel.Modules;

namespace VaQuest.Diagnosis.Values;

/// <summary>A place in the code of one image.</summary>
/// <param name="Module">The module, or null for the kernel image.</param>
/// <param name="Dwarf">The image's debug information.</param>
/// <param name="Types">Its types.</param>
/// <param name="Scopes">The functions there, innermost first.</param>
internal sealed record FramePlace(KernelModule? Module, DwarfImage Dwarf, DwarfTypes Types, DwarfScopes Scopes);
