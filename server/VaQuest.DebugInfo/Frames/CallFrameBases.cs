// CallFrameBases: what the relative pointers of an .eh_frame section are relative to.
namespace VaQuest.DebugInfo.Frames;

/// <summary>Addresses of sections.</summary>
/// <param name="Name">The section's name, for messages.</param>
/// <param name="Address">Link-time address of the section itself; 0 in a relocatable file, whose relocations leave distances from its start.</param>
/// <param name="Text">Address of .text.</param>
/// <param name="Data">Address of .got, which DW_EH_PE_datarel means on x86.</param>
internal sealed record CallFrameBases(string Name, ulong Address, ulong Text, ulong Data);
